customElements.define('v-chart', class extends HTMLElement {});
