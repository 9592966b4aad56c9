customElements.define('v-player', class extends HTMLElement {});
