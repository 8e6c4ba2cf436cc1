/**
 * The one program of the member's page, served as a file of its own: brings a new code every twenty seconds, sooner when the phone is
 * looked at again, and says so when none came [MB5]. For browsers of old phones too.
 */
export const codeScript = `(function () {
  var image = document.getElementById('code');
  var failed = document.getElementById('code-failed');
  if (!image || !failed) return;
  function again() { image.src = '/m/code.png?at=' + Date.now(); }
  function tell(isBad) { failed.hidden = !isBad; image.style.visibility = isBad ? 'hidden' : 'visible'; }
  image.addEventListener('error', function () { tell(true); });
  image.addEventListener('load', function () { tell(false); });
  setInterval(again, 20000);
  document.addEventListener('visibilitychange', function () { if (!document.hidden) again(); });
  window.addEventListener('online', again);
})();
`;
