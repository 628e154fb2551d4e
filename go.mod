module github.com/seed-f67351ce/sesame

go 1.26.0

require (
	github.com/dghubble/oauth1 v0.7.3 // indirect
	github.com/go-jose/go-jose/v4 v4.1.9 // indirect
	github.com/stretchr/testify v1.12.1 // indirect
	golang.org/x/crypto v0.59.0 // indirect
	golang.org/x/text v0.44.0 // indirect
)
