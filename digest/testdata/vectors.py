#!/usr/bin/env python3
"""Computes vectors.json with nothing but hashlib: python3 vectors.py > vectors.json.

The inputs are those of the examples in RFC 7616, RFC 2617 and RFC 2069, and some of our own. What the RFCs or their
errata print is compared.
"""
import hashlib
import json

HASHES = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}


def h(algorithm, text):
    if isinstance(text, str):
        text = text.encode()
    return hashlib.new(HASHES[algorithm.removesuffix("-sess")], text).hexdigest()


def vector(section, algorithm, username, realm, password, nonce, cnonce, uri, qop="auth", nc="00000001", method="GET",
           body="", printed=None):
    stored = h(algorithm, f"{username}:{realm}:{password}")
    ha1 = h(algorithm, f"{stored}:{nonce}:{cnonce}") if algorithm.endswith("-sess") else stored
    tail = ":" + h(algorithm, body) if qop == "auth-int" else ""
    ha2, answer = h(algorithm, f"{method}:{uri}{tail}"), h(algorithm, f":{uri}{tail}")
    between = f"{nonce}:{nc}:{cnonce}:{qop}" if qop else nonce
    v = {
        "section": section, "algorithm": algorithm, "username": username, "realm": realm, "password": password,
        "nonce": nonce, "nc": nc if qop else "", "cnonce": cnonce, "qop": qop, "method": method, "uri": uri, "body": body,
        "userhash": h(algorithm, f"{username}:{realm}"), "stored": stored, "ha1": ha1, "ha2": ha2,
        "response": h(algorithm, f"{ha1}:{between}:{ha2}"), "rspauth": h(algorithm, f"{ha1}:{between}:{answer}"),
    }
    for name, value in (printed or {}).items():
        assert v[name] == value, f"{section}: the RFC prints {name} {value}, not {v[name]}"
    return v


MUFASA = dict(username="Mufasa", realm="http-auth@example.org", password="Circle of Life",
              nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
              uri="/dir/index.html")
# What RFC 7616 3.9.2 prints for this is SHA-512 cut to 256 bits; the values below are those of its erratum 4897.
JASON = dict(username="J\u00e4s\u00f8n Doe", realm="api@example.org", password="Secret, or not?",
             nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
             cnonce="NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v", uri="/doe.json")
OLD = dict(username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html")
OURS = dict(username='a"b\\c', realm="api", password="pass word: \u043f\u0430\u0440\u043e\u043b\u044c", nonce="0123456789abcdef",
            uri="/v2/products?a=1&b=%C3%A9")

vectors = [
    vector("RFC 7616 3.9.1", "MD5", **MUFASA, printed={"response": "8ca523f5e9506fed4657c9700eebdbec"}),
    vector("RFC 7616 3.9.1", "SHA-256", **MUFASA,
           printed={"response": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"}),
    vector("RFC 7616 3.9.2, corrected", "SHA-512-256", **JASON,
           printed={"userhash": "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b",
                    "response": "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"}),
    vector("RFC 2617 3.5", "MD5", **OLD, password="Circle Of Life", cnonce="0a4f113b",
           printed={"stored": "939e7578ed9e3c518a452acee763bce9", "ha2": "39aff3a2bab6126f332b942af96d3366",
                    "response": "6629fae49393a05397450978507c4ef1"}),
    vector("RFC 2069 2.4, with the value of its erratum 749", "MD5", **OLD, password="CircleOfLife", cnonce="", qop="",
           printed={"response": "1949323746fe6a43ef61f9606e7febea"}),
]
for name in HASHES:
    vectors += [
        vector("ours, session", name + "-sess", **OURS, cnonce="session", nc="000000ff"),
        vector("ours, session of the RFC's example", name + "-sess", **MUFASA),
        vector("ours, body", name, **OURS, cnonce="c", qop="auth-int", method="POST", body="{\"price\": 7}\n"),
        vector("ours, empty body", name, **OURS, cnonce="c", qop="auth-int", method="DELETE"),
        vector("ours, session and body", name + "-sess", **OURS, cnonce="c", qop="auth-int", method="PUT", body="\u00e9"),
        vector("ours, RFC 2069", name, **OURS, cnonce="", qop=""),
    ]
print(json.dumps(vectors, indent=1))
