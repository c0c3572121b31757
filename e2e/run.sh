#!/usr/bin/env bash
# Runs the browser tests. Without Chromium, and without the right to install it, says what was left out and passes;
# with CI=true nothing may be left out. Use: e2e/run.sh PYTHON
set -euo pipefail
python=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")"

left_out() {
  cat >&2 <<WORDS
NIET GETEST: de app in een browser (e2e/run.mjs: alle pagina's, toegankelijkheid, links, downloads). $1
Zo wel: installeer Chromium, Node.js 20 of hoger en npm (Debian: apt-get install chromium nodejs npm), en doe make e2e.
Staat Chromium niet in /usr/bin/chromium, geef dan zijn plaats: make e2e CHROMIUM=/pad/naar/chromium.
WORDS
  [ "${CI:-}" = true ] && exit 1
  exit 0
}

export CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
missing=
for tool in "$CHROMIUM:chromium" node:nodejs npm:npm; do
  command -v "${tool%:*}" >/dev/null || missing="$missing ${tool##*:}"
done
if [ -n "$missing" ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    left_out "Het ontbreekt aan:$missing."
  fi
  "$python" ../.ci/step.py "Installeren:$missing" sh -c \
    "apt-get update && apt-get install -y --no-install-recommends $missing" || left_out "Installeren lukte niet:$missing."
fi
"$python" ../.ci/step.py "Pakketten van de browsertest" npm ci --no-audit --no-fund || left_out "npm ci lukte niet."
exec node run.mjs "$python"
