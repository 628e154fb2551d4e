package main

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// parseOrigin reads an origin and writes it as browsers do (RFC 6454 §6.2): lower case, without the scheme's own port.
func parseOrigin(text string) (string, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return "", errors.New("it is no URL")
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return "", errors.New("it must begin with http:// or https:// and name a host")
	case u.User != nil, strings.ContainsAny(text, "?#"), u.Path != "" && u.Path != "/":
		return "", errors.New("it must be an origin: scheme, host and port, without a path")
	}
	return originOf(u.Scheme, strings.ToLower(u.Host)), nil
}

// originOf leaves out the port that scheme has anyway.
func originOf(scheme, host string) string {
	port := map[string]string{"http": ":80", "https": ":443"}[scheme]
	return scheme + "://" + strings.TrimSuffix(strings.TrimSuffix(host, port), ":")
}

// isClear reports whether clients at origin send what others on the network can read.
func isClear(origin string) bool {
	host, clear := strings.CutPrefix(origin, "http://")
	return clear && !isLoopback(host)
}

// isLoopback reports whether a host, with or without a port, is this machine.
func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}
