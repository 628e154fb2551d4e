package oauth1

import (
	"crypto/hmac"
	"encoding/base64"
	"fmt"
	"sort"
	"strings"
)

// This is RFC 5849 once more, written for nobody's speed: what the package computes must agree with it.

// refEncode is §3.6.
func refEncode(text string) string {
	var b strings.Builder
	for _, octet := range []byte(text) {
		if strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", rune(octet)) {
			b.WriteByte(octet)
		} else {
			fmt.Fprintf(&b, "%%%02X", octet)
		}
	}
	return b.String()
}

// refNormalise is §3.4.1.3.2.
func refNormalise(pairs [][2]string) string {
	encoded := make([][2]string, len(pairs))
	for i, p := range pairs {
		encoded[i] = [2]string{refEncode(p[0]), refEncode(p[1])}
	}
	sort.Slice(encoded, func(i, j int) bool {
		if encoded[i][0] != encoded[j][0] {
			return encoded[i][0] < encoded[j][0]
		}
		return encoded[i][1] < encoded[j][1]
	})
	joined := make([]string, len(pairs))
	for i, p := range encoded {
		joined[i] = p[0] + "=" + p[1]
	}
	return strings.Join(joined, "&")
}

// refBaseString is §3.4.1.1. pairs are without oauth_signature.
func refBaseString(method, uri string, pairs [][2]string) string {
	return strings.ToUpper(method) + "&" + refEncode(uri) + "&" + refEncode(refNormalise(pairs))
}

// refHMAC is §3.4.2.
func refHMAC(method Method, baseString, consumerSecret, tokenSecret string) string {
	mac := hmac.New(method.hash().New, []byte(refEncode(consumerSecret)+"&"+refEncode(tokenSecret)))
	mac.Write([]byte(baseString))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// refHeader is §3.5.1.
func refHeader(pairs [][2]string) string {
	parts := make([]string, len(pairs))
	for i, p := range pairs {
		parts[i] = fmt.Sprintf(`%s="%s"`, refEncode(p[0]), refEncode(p[1]))
	}
	return "OAuth " + strings.Join(parts, ", ")
}

// refForm is a query or a form body with these pairs.
func refForm(pairs [][2]string) string {
	parts := make([]string, len(pairs))
	for i, p := range pairs {
		parts[i] = refEncode(p[0]) + "=" + refEncode(p[1])
	}
	return strings.Join(parts, "&")
}
