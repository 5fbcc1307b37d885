#!/bin/sh
# A real Chromium for the tests in a browser, and fonts that know Chinese. Says so and fails where it cannot be had.
[ "$BROWSER" = skip ] && { echo "BROWSER=skip: the tests in a browser are left out."; exit 0; }

found() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null; }
found && exit 0

as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if command -v apt-get >/dev/null && $as_root true 2>/dev/null; then
  $as_root apt-get update -q &&
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -q -y --no-install-recommends chromium fonts-noto-cjk
fi
found && exit 0
echo "There is no Chromium and it could not be installed: install chromium and fonts-noto-cjk, or run make test BROWSER=skip." >&2
exit 1
