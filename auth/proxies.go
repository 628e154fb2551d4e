package auth

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are the peers whose Forwarded (RFC 7239) or X-Forwarded-For and X-Forwarded-Proto fields are believed. The
// zero value believes nobody. They are judged hop by hop from the right: what an untrusted peer wrote is never read.
type Proxies struct {
	trusted []netip.Prefix
}

// ParseProxies reads CIDRs and single addresses.
func ParseProxies(cidrs ...string) (Proxies, error) {
	var p Proxies
	for _, cidr := range cidrs {
		if !strings.Contains(cidr, "/") {
			addr, err := netip.ParseAddr(cidr)
			if err != nil {
				return Proxies{}, fmt.Errorf("auth: %q is no address and no CIDR", cidr)
			}
			p.trusted = append(p.trusted, netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(cidr)
		if err != nil {
			return Proxies{}, fmt.Errorf("auth: %q is no address and no CIDR", cidr)
		}
		p.trusted = append(p.trusted, prefix.Masked())
	}
	return p, nil
}

func (p Proxies) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(p.trusted, func(prefix netip.Prefix) bool { return prefix.Contains(addr) })
}

// A hop is what is known of the client's own connection.
type hop struct {
	addr  netip.Addr
	proto string // "https", "http", or empty where nobody said
}

// Address is the client's network address: the peer's, or the one that trusted proxies report. It is the zero Addr
// where the peer has none that can be read, as with a Unix socket.
func (p Proxies) Address(r *http.Request) netip.Addr { return p.client(r, peer(r)).addr }

// Secure reports whether r came over TLS, over a loopback connection, or over HTTPS as a trusted proxy says.
func (p Proxies) Secure(r *http.Request) bool {
	if len(p.trusted) == 0 {
		return r.TLS != nil || peer(r).IsLoopback()
	}
	peer := peer(r)
	client := p.client(r, peer)
	if client.proto != "" {
		return client.proto == "https" || client.addr.IsLoopback()
	}
	return r.TLS != nil || peer.IsLoopback()
}

// peer is the address at the other end of r's connection.
func peer(r *http.Request) netip.Addr {
	addrPort, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return addrPort.Addr().Unmap()
}

// client is what is known of the one who sent r, over a connection from peer.
func (p Proxies) client(r *http.Request, peer netip.Addr) hop {
	direct := hop{addr: peer}
	if len(p.trusted) == 0 || !p.trusts(peer) {
		return direct
	}
	standard, hasStandard := p.forwarded(r.Header.Values("Forwarded"))
	common, hasCommon := p.xForwarded(r.Header)
	switch {
	case hasStandard && hasCommon && standard != common:
		// A proxy writes one of the two and may pass the other through as its client wrote it. Where they disagree
		// nobody knows which: believe neither, and call it insecure. Nor is it the proxy who asks: its address may be one
		// that tokens or limits are kind to, and loopback is secure.
		return hop{proto: "unknown"}
	case hasStandard:
		return standard
	case hasCommon:
		return common
	}
	return direct
}

// xForwarded reads X-Forwarded-For and X-Forwarded-Proto. Each value of the latter must say https for the whole to.
func (p Proxies) xForwarded(h http.Header) (client hop, found bool) {
	addresses := list(h.Values("X-Forwarded-For"))
	protos := list(h.Values("X-Forwarded-Proto"))
	if len(addresses)+len(protos) == 0 {
		return hop{}, false
	}
	for _, proto := range protos {
		if client.proto == "" || !strings.EqualFold(proto, "https") {
			client.proto = strings.ToLower(proto)
		}
	}
	for _, text := range slices.Backward(addresses) {
		client.addr = parseNode(text)
		if !p.trusts(client.addr) {
			break
		}
	}
	return client, true
}

// forwarded reads Forwarded (RFC 7239 §4): the element of the last untrusted hop is the client's.
func (p Proxies) forwarded(values []string) (client hop, found bool) {
	for _, element := range slices.Backward(list(values)) {
		found = true
		client = hop{}
		for pair := range strings.SplitSeq(element, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			value = strings.Trim(value, `"`)
			switch strings.ToLower(name) {
			case "for":
				client.addr = parseNode(value)
			case "proto":
				client.proto = strings.ToLower(value)
			}
		}
		if !p.trusts(client.addr) {
			break
		}
	}
	return client, found
}

// list splits the comma-separated values of a field's lines.
func list(values []string) []string {
	var elements []string
	for _, value := range values {
		for element := range strings.SplitSeq(value, ",") {
			elements = append(elements, strings.TrimSpace(element))
		}
	}
	return elements
}

// parseNode reads an address with or without brackets and port (RFC 7239 §6). What is none, such as "unknown" or an
// obfuscated name, is the zero Addr, which nobody trusts.
func parseNode(text string) netip.Addr {
	if addrPort, err := netip.ParseAddrPort(text); err == nil {
		return addrPort.Addr().Unmap()
	}
	addr, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap().WithZone("")
}
