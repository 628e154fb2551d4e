package oauth2_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/seed-f67351ce/sesame/oauth2"
)

// A protected resource tells its clients where to get tokens.
func ExampleResource() {
	resource, err := oauth2.NewResource(oauth2.ResourceConfig{
		Resource: "https://api.example/v1", AuthorizationServers: []string{"https://api.example"}, Scopes: []string{"products:read"},
	})
	if err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+resource.Path(), resource)

	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", resource.URL(), nil))
	fmt.Println(resource.URL())
	fmt.Println(w.Body)
	// Output:
	// https://api.example/.well-known/oauth-protected-resource/v1
	// {"resource":"https://api.example/v1","authorization_servers":["https://api.example"],"scopes_supported":["products:read"],"bearer_methods_supported":["header"]}
}
