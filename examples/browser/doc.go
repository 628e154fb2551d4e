// Package browser holds the tests that look at the example server as a person does: in Chromium, with and without
// JavaScript, on a wide screen and a narrow one. They need chromium, and the packages of examples/clients.
//
//	go test ./browser
//	SESAME_SCREENSHOTS=/tmp go test -run Screenshots ./browser   # draws every page; the images of docs/images are in readme
package browser
