// The transcript beside a player: the word being said is marked and kept in view; a click on
// a word, or a turn's time, plays from there.

export class Transcript {
  #spoken = null;

  constructor(player) {
    this.root = document.querySelector(`.transcript[data-player="${player.id}"]`);
    const words = [...(this.root?.querySelectorAll(".word") ?? [])];
    this.words = words
      .map((element) => ({
        element,
        start: Number(element.dataset.start),
        end: Number(element.dataset.end),
      }))
      .sort((a, b) => a.start - b.start);
    this.root?.addEventListener("click", (event) => {
      const word = event.target.closest(".word");
      const turn = event.target.closest("[data-seek]");
      if (word && !getSelection().toString()) player.seek(Number(word.dataset.start), { andPlay: true });
      else if (turn) player.seek(Number(turn.dataset.seek), { andPlay: true });
    });
  }

  /** The last word that has begun, found by halving; words are in order of time. */
  #wordAt(seconds) {
    let [low, high] = [0, this.words.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.words[middle].start <= seconds) low = middle + 1;
      else high = middle;
    }
    const word = this.words[low - 1];
    return word && seconds <= word.end + 0.25 ? word.element : null;
  }

  follow(seconds) {
    const word = this.#wordAt(seconds);
    if (word === this.#spoken) return;
    this.#spoken?.classList.remove("is-spoken");
    word?.classList.add("is-spoken");
    this.#spoken = word;
    if (word) this.#keepInView(word);
  }

  #keepInView(word) {
    const { root } = this;
    if (root.scrollHeight <= root.clientHeight) return;
    const [outer, inner] = [root.getBoundingClientRect(), word.getBoundingClientRect()];
    const isInView = inner.top >= outer.top + 12 && inner.bottom <= outer.bottom - 40;
    if (!isInView) root.scrollTop += inner.top - outer.top - outer.height / 3;
  }
}
