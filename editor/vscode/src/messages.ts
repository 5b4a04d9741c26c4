// What the extension and the page that shows a graph say to each other.

/** To the page. A picture that is missing leaves the one that is there. */
export interface ToPage {
  image?: string; // a data: address
  note: string; // empty if there is nothing to say
}

/** From the page, once it listens. */
export interface FromPage {
  ready: true;
}
