#!/usr/bin/env bash
# The pseudonym of a user's id, an e-mail address or a phone number, as telemetry has it: docs/privacy.md says where to look it up.
#   scripts/pseudonym.sh <id>
# PSEUDONYM_KEY as the service has it (another, to look behind a change of the key); in development none is needed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ $# -eq 1 ] || { sed -n '2,4s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }
node=node_modules/.bin/node
[ -x "$node" ] || { echo "Nothing is installed here yet: run npm start once." >&2; exit 1; }
exec "$node" --input-type=module -e 'import { pseudonym } from "./app/telemetry/pseudonym.ts"; console.log(pseudonym(process.argv[1]))' -- "$1"
