module github.com/seed-f67351ce/sesame/tokens/mailer

go 1.26.0

replace github.com/seed-f67351ce/sesame => ../..

require (
	github.com/seed-f67351ce/sesame v0.0.0
	github.com/stretchr/testify v1.12.1
	github.com/wneessen/go-mail v0.8.1
)

require (
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/crypto v0.59.0 // indirect
	golang.org/x/text v0.44.0 // indirect
)
