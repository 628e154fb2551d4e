"""Python's own library waits for the challenge, knows MD5 alone, and gives up where another algorithm comes first."""
import sys
import urllib.request

url, name, password, key = sys.argv[1:5]
method = sys.argv[5] if len(sys.argv) > 5 else "GET"
passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
passwords.add_password(None, url, name, password)
opener = urllib.request.build_opener(urllib.request.HTTPDigestAuthHandler(passwords))
request = urllib.request.Request(url, headers={"X-Client-Key": key}, method=method)
with opener.open(request, timeout=30) as answer:
    print(answer.read().decode("utf-8"), end="")
