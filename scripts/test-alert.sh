#!/usr/bin/env bash
# Sends a real test alert through the Alertmanager of the running stack, shows who was told and when, and ends it again.
#   scripts/test-alert.sh critical|warning|info "<summary>" [crm|integrations|platform]
# STACK_PORT_OFFSET and STACK_DATA_DIR as for npm start; ALERTMANAGER_URL and SANDBOX_URL for one elsewhere.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
node=node_modules/.bin/node
[ -x "$node" ] || { echo "Nothing is installed here yet: run npm start once." >&2; exit 1; }
exec "$node" stack/drill/main.ts alert "$@"
