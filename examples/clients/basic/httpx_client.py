"""httpx encodes text as UTF-8."""
import sys

import httpx

url, name, password, key = sys.argv[1:]
answer = httpx.get(url, auth=(name, password), headers={"X-Client-Key": key}, timeout=30)
answer.raise_for_status()
print(answer.text, end="")
