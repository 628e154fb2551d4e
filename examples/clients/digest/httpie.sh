#!/bin/sh
exec http --ignore-stdin --check-status --body --auth-type=digest --auth "$2:$3" "${5:-GET}" "$1" "X-Client-Key:$4"
