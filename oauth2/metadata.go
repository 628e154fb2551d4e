package oauth2

import (
	"encoding/json"
	"net/http"

	"github.com/seed-f67351ce/sesame/store"
)

const wellKnownServer = "/.well-known/oauth-authorization-server"

// Grant types (RFC 6749 §4, §6).
const (
	grantCode        = "authorization_code"
	grantCredentials = "client_credentials"
	grantRefresh     = "refresh_token"
)

// Ways of client authentication (RFC 7591 §2).
const (
	authBasic     = "client_secret_basic"
	authPost      = "client_secret_post"
	authAssertion = "private_key_jwt"
	authNone      = "none"
)

// serverMetadata are the members of RFC 8414 §2 that hold for this server.
type serverMetadata struct {
	Issuer                string   `json:"issuer"`
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	TokenEndpoint         string   `json:"token_endpoint"`
	RevocationEndpoint    string   `json:"revocation_endpoint"`
	IntrospectionEndpoint string   `json:"introspection_endpoint"`
	Scopes                []string `json:"scopes_supported,omitempty"`
	ResponseTypes         []string `json:"response_types_supported"`
	ResponseModes         []string `json:"response_modes_supported"`
	GrantTypes            []string `json:"grant_types_supported"`
	TokenAuth             []string `json:"token_endpoint_auth_methods_supported"`
	TokenAuthAlgs         []string `json:"token_endpoint_auth_signing_alg_values_supported"`
	RevocationAuth        []string `json:"revocation_endpoint_auth_methods_supported"`
	RevocationAuthAlgs    []string `json:"revocation_endpoint_auth_signing_alg_values_supported"`
	IntrospectionAuth     []string `json:"introspection_endpoint_auth_methods_supported"`
	IntrospectionAuthAlgs []string `json:"introspection_endpoint_auth_signing_alg_values_supported"`
	ChallengeMethods      []string `json:"code_challenge_methods_supported"`
	IssParameter          bool     `json:"authorization_response_iss_parameter_supported"`
}

// describe writes the server's metadata once.
func (s *Server) describe() ([]byte, error) {
	confidential := []string{authBasic, authPost, authAssertion}
	all := append(confidential[:len(confidential):len(confidential)], authNone)
	algorithms := assertionAlgorithmNames()
	modes := []string{"query"}
	if s.cfg.AllowFormPost {
		modes = append(modes, "form_post")
	}
	return json.Marshal(serverMetadata{
		Issuer:                s.cfg.Issuer,
		AuthorizationEndpoint: s.cfg.Issuer + s.cfg.Endpoints.Authorize,
		TokenEndpoint:         s.cfg.Issuer + s.cfg.Endpoints.Token,
		RevocationEndpoint:    s.cfg.Issuer + s.cfg.Endpoints.Revoke,
		IntrospectionEndpoint: s.cfg.Issuer + s.cfg.Endpoints.Introspect,
		Scopes:                s.cfg.Scopes.Names(),
		ResponseTypes:         []string{"code"},
		ResponseModes:         modes,
		GrantTypes:            []string{grantCode, grantCredentials, grantRefresh},
		TokenAuth:             all, TokenAuthAlgs: algorithms,
		RevocationAuth: all, RevocationAuthAlgs: algorithms,
		IntrospectionAuth: confidential, IntrospectionAuthAlgs: algorithms,
		ChallengeMethods: []string{"S256"},
		IssParameter:     true,
	})
}

// Metadata answers with the server's metadata (RFC 8414 §3), for pages of any origin.
func (s *Server) Metadata(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		writeError(w, errMethod("the metadata is read by GET", http.MethodGet, http.MethodHead))
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(s.metadata)
}

// isConfidential reports whether the client can keep a secret.
func isConfidential(c *store.Client) bool { return len(c.Secrets) > 0 || len(c.Keys) > 0 }
