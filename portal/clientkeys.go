package portal

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

const (
	maxKeys    = 5
	minRSABits = 2048
)

// parseKeys reads public keys, as a JWK Set (RFC 7517 §5), as one JWK or as PEM (RFC 7468 §13), and returns the set that is
// kept. The problem is for the person who typed them.
func parseKeys(text string) (set []byte, problem string) {
	keys, problem := readKeys(text)
	if problem != "" {
		return nil, problem
	}
	if len(keys) == 0 || len(keys) > maxKeys {
		return nil, "Give one to five keys."
	}
	for i := range keys {
		if problem := checkKey(&keys[i]); problem != "" {
			return nil, problem
		}
	}
	set, err := json.Marshal(jose.JSONWebKeySet{Keys: keys})
	if err != nil {
		return nil, "One of the keys cannot be used."
	}
	return set, ""
}

func readKeys(text string) ([]jose.JSONWebKey, string) {
	if strings.HasPrefix(text, "-----BEGIN") {
		return readPEM(text)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(text), &set); err == nil && len(set.Keys) > 0 {
		return set.Keys, ""
	}
	var one jose.JSONWebKey
	if err := json.Unmarshal([]byte(text), &one); err == nil {
		return []jose.JSONWebKey{one}, ""
	}
	return nil, "This is no JWK Set and no public key in PEM."
}

func readPEM(text string) ([]jose.JSONWebKey, string) {
	var keys []jose.JSONWebKey
	for rest := []byte(text); len(strings.TrimSpace(string(rest))) > 0; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return nil, "The PEM cannot be read."
		}
		key, problem := readBlock(block)
		if problem != "" {
			return nil, problem
		}
		keys = append(keys, jose.JSONWebKey{Key: key, Use: "sig"})
	}
	return keys, ""
}

func readBlock(block *pem.Block) (key any, problem string) {
	var err error
	switch {
	case strings.Contains(block.Type, "PRIVATE KEY"):
		return nil, problemPrivate
	case block.Type == "PUBLIC KEY":
		key, err = x509.ParsePKIXPublicKey(block.Bytes)
	case block.Type == "RSA PUBLIC KEY":
		key, err = x509.ParsePKCS1PublicKey(block.Bytes)
	default:
		return nil, "The PEM has no public key in it."
	}
	if err != nil {
		return nil, "The public key in the PEM cannot be read."
	}
	return key, ""
}

const problemPrivate = "This is a private key, which nobody else may see. It was not kept, but take it to be known: " +
	"make another, and give its public half."

// checkKey takes public keys of the kinds that apps sign with.
func checkKey(k *jose.JSONWebKey) string {
	switch key := k.Key.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() < minRSABits {
			return "An RSA key needs at least 2048 bits."
		}
	case *ecdsa.PublicKey:
		if key.Curve.Params().BitSize != 256 {
			return "An elliptic curve key must be on P-256."
		}
	case ed25519.PublicKey:
	case *rsa.PrivateKey, *ecdsa.PrivateKey, ed25519.PrivateKey, []byte:
		return problemPrivate
	default:
		return "One of the keys is of a kind that cannot be used: RSA, P-256 and Ed25519 can."
	}
	if k.Use != "" && k.Use != "sig" || !k.Valid() {
		return "One of the keys is not for signatures."
	}
	return ""
}
