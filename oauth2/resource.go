package oauth2

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-f67351ce/sesame/auth"
)

// A ResourceConfig describes a protected resource to its clients (RFC 9728 §2).
type ResourceConfig struct {
	// Resource is the API's identifier: an absolute https URL without query, fragment and trailing slash, since clients
	// compare it as it is (RFC 9728 §3.3); http on loopback alone. Required.
	Resource string
	// AuthorizationServers are the issuers whose tokens are taken.
	AuthorizationServers []string
	// Scopes are those that clients may ask for.
	Scopes auth.Scopes
	// Name and Documentation are for people; empty for none.
	Name, Documentation string
	// InsecureAllowHTTP takes an http identifier beyond loopback.
	InsecureAllowHTTP bool
}

// A Resource publishes the metadata of a protected resource (RFC 9728 §3).
type Resource struct {
	path string
	url  string
	body []byte
}

// resourceMetadata are the members that this package writes; lists that are empty are left out.
type resourceMetadata struct {
	Resource      string   `json:"resource"`
	Servers       []string `json:"authorization_servers,omitempty"`
	Scopes        []string `json:"scopes_supported,omitempty"`
	Methods       []string `json:"bearer_methods_supported"`
	Name          string   `json:"resource_name,omitempty"`
	Documentation string   `json:"resource_documentation,omitempty"`
}

// NewResource checks cfg and prepares the document.
func NewResource(cfg ResourceConfig) (*Resource, error) {
	u, err := parseResource(cfg.Resource)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && (cfg.InsecureAllowHTTP || isLoopback(u.Hostname()))) {
		return nil, fmt.Errorf("oauth2: the resource %s is not https", cfg.Resource)
	}
	r := &Resource{path: wellKnownResource + u.EscapedPath()}
	r.url = u.Scheme + "://" + u.Host + r.path
	r.body, err = json.Marshal(resourceMetadata{
		Resource: cfg.Resource, Servers: slices.Clone(cfg.AuthorizationServers), Scopes: slices.Clone(cfg.Scopes),
		Methods: []string{"header"}, Name: cfg.Name, Documentation: cfg.Documentation,
	})
	return r, err
}

// parseResource reads a resource's identifier. It has no query, though RFC 8707 §2 puts up with one.
func parseResource(resource string) (*url.URL, error) {
	u, err := url.Parse(resource)
	if err != nil || !u.IsAbs() || u.Host == "" || u.User != nil || strings.ContainsAny(resource, "?#") || strings.HasSuffix(resource, "/") {
		return nil, errors.New("oauth2: a resource is an absolute URL without query, fragment, user and trailing slash")
	}
	return u, nil
}

const wellKnownResource = "/.well-known/oauth-protected-resource"

// Path is where the document belongs: the well-known path, inserted before the resource's own (RFC 9728 §3.1).
func (m *Resource) Path() string { return m.path }

// URL is the document's address, for [BearerConfig].ResourceMetadata.
func (m *Resource) URL() string { return m.url }

// ServeHTTP answers with the document, for pages of any origin.
func (m *Resource) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		writeError(w, errMethod("the metadata is read by GET", http.MethodGet, http.MethodHead))
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(m.body)
}
