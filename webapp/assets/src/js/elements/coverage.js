customElements.define('v-coverage', class extends HTMLElement {});
