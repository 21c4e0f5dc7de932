
"use strict";
(function () {
  var form = document.getElementById("filter");
  if (!form) return;
  var query = document.getElementById("q");
  var count = document.getElementById("count");
  var all = Array.prototype.slice.call(document.querySelectorAll("article"));
  var texts = all.map(function (a) { return a.textContent.toLowerCase(); });
  function apply() {
    var words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    var on = {};
    form.querySelectorAll("input[name=severity]").forEach(function (c) { on[c.value] = c.checked; });
    var shown = 0;
    all.forEach(function (a, i) {
      a.hidden = !(on[a.dataset.severity] && words.every(function (w) { return texts[i].indexOf(w) >= 0; }));
      if (!a.hidden) shown++;
    });
    document.querySelectorAll("section[data-layer]").forEach(function (s) {
      s.hidden = !s.querySelector("article:not([hidden])");
    });
    count.textContent = shown === all.length ? "" : shown + " of " + all.length + " shown";
  }
  form.addEventListener("submit", function (e) { e.preventDefault(); });
  form.addEventListener("input", apply);
  form.hidden = false;
})();
