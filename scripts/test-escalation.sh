#!/usr/bin/env bash
# Sends a real test alert of a priority through the Alertmanager of the running stack: who is told, when, and who is next.
#   scripts/test-escalation.sh P1|P2|P3|P4 [crm|integrations|platform]
# STACK_PORT_OFFSET and STACK_DATA_DIR as for npm start; ALERTMANAGER_URL and SANDBOX_URL for one elsewhere.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
node=node_modules/.bin/node
[ -x "$node" ] || { echo "Nothing is installed here yet: run npm start once." >&2; exit 1; }
exec "$node" stack/drill/main.ts escalation "$@"
