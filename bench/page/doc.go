// Package page puts what was measured between the markers of a page.
package page
