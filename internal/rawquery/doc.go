// Package rawquery reads single parameters of a query string without building a map of all of them.
package rawquery
