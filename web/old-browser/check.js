/* For browsers of any age: written in ECMAScript 3, and run before the page's own script, which those may not even be able to read. */
(words => {
  function lacking() {
    return !(
      window.RTCPeerConnection &&
      window.WebSocket &&
      window.Promise &&
      Promise.withResolvers &&
      window.AbortSignal &&
      AbortSignal.any &&
      window.Intl &&
      Intl.Segmenter
    );
  }

  function wordsFor(wishes) {
    if (wishes.length === 0) return words.en;
    return words[String(wishes[0]).toLowerCase().split('-')[0]] || wordsFor(wishes.slice(1));
  }

  function append(parent, name, text, style) {
    var element = document.createElement(name);
    element.appendChild(document.createTextNode(text));
    element.style.cssText = style;
    parent.appendChild(element);
  }

  function explain() {
    if (document.getElementById('old-browser')) return;
    var asked = /[?&]lang=([a-z]+)/.exec(location.search);
    var said = wordsFor(
      (asked ? [asked[1]] : []).concat(navigator.languages || [navigator.language || 'en']),
    );
    var page = document.createElement('main');
    page.id = 'old-browser';
    page.lang = said.language;
    page.dir = said.direction;
    page.style.cssText =
      'max-width:34em;margin:18vh auto 0;padding:0 24px;font:17px/1.6 system-ui,sans-serif';
    append(page, 'h1', said.title, 'font-size:26px;line-height:1.25');
    append(page, 'p', said.text, '');
    var root = document.getElementById('root');
    root.parentNode.replaceChild(page, root);
    document.documentElement.lang = said.language;
    document.title = said.title;
  }

  if (lacking()) {
    document.documentElement.setAttribute('data-old-browser', '');
    document.addEventListener('DOMContentLoaded', explain);
  }
  // A script that the browser cannot read has drawn nothing over what the page brings along.
  window.addEventListener('error', event => {
    if (event.error instanceof SyntaxError && document.querySelector('#root > .shell')) explain();
  });
})(__WORDS__);
