package fluxcmd

import (
	"cmp"
	"net/url"

	"golang.org/x/net/http/httpproxy"
)

// Direct reports whether the controller connects to a URL without a proxy, as Go's
// HTTP client does with its environment. It is false for a URL that does not parse.
func (c Controller) Direct(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	value := func(upper, lower string) string { return cmp.Or(c.Env[upper].Value, c.Env[lower].Value) }
	config := httpproxy.Config{
		HTTPProxy:  value("HTTP_PROXY", "http_proxy"),
		HTTPSProxy: value("HTTPS_PROXY", "https_proxy"),
		NoProxy:    value("NO_PROXY", "no_proxy"),
	}
	proxy, err := config.ProxyFunc()(u)
	return err == nil && proxy == nil
}
