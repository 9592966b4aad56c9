customElements.define('v-timeline', class extends HTMLElement {});
