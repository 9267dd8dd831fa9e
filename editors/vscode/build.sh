#!/bin/sh
# Type-check, lint, test and package the extension: lambdalint.vsix. Needs npm; writes no lock file.
set -eu
cd "$(dirname "$0")"
npm install --no-package-lock --no-audit --no-fund
npm run check
npm run package
