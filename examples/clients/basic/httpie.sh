#!/bin/sh
exec http --ignore-stdin --check-status --body --auth "$2:$3" "$1" "X-Client-Key:$4"
