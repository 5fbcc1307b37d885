#!/bin/sh
# A real Chromium for the tests in a browser, and fonts that know Chinese. Says so and fails where it cannot be had.
# The shell is Chromium without a window of its own, which starts quicker; any other does too.
[ "$BROWSER" = skip ] && { echo "BROWSER=skip: the tests in a browser are left out."; exit 0; }

found() { command -v chromium-headless-shell || command -v chromium || command -v chromium-browser; }
found >/dev/null && exit 0

as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
install() { DEBIAN_FRONTEND=noninteractive $as_root apt-get install -q -y --no-install-recommends "$@" fonts-noto-cjk; }
if command -v apt-get >/dev/null && $as_root true 2>/dev/null; then
  $as_root apt-get update -q && { install chromium-headless-shell || install chromium; }
fi
found >/dev/null && exit 0
echo "There is no Chromium and it could not be installed: install chromium and fonts-noto-cjk, or run make test BROWSER=skip." >&2
exit 1
