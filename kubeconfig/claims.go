package kubeconfig

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// Claims are the unverified claims of a token: only the API server knows if a token
// is genuine, and if its account still exists.
type Claims struct {
	Issuer  string `json:"issuer,omitempty"`
	Subject string `json:"subject,omitempty"`
	// AccountUID is the UID of the ServiceAccount: a token becomes invalid with its
	// account, and a later account of the same name has another UID.
	AccountUID types.UID `json:"accountUID,omitempty"`
	Audiences  []string  `json:"audiences,omitempty"`
	IssuedAt   time.Time `json:"issuedAt,omitzero"`
	NotBefore  time.Time `json:"notBefore,omitzero"`
	Expires    Expiry    `json:"expires"`
}

// ServiceAccount returns the account that the subject names, if it names one.
func (c Claims) ServiceAccount() (types.NamespacedName, bool) {
	rest, ok := strings.CutPrefix(c.Subject, "system:serviceaccount:")
	namespace, name, ok2 := strings.Cut(rest, ":")
	if !ok || !ok2 || namespace == "" || name == "" || strings.Contains(name, ":") {
		return types.NamespacedName{}, false
	}
	return types.NamespacedName{Namespace: namespace, Name: name}, true
}

// Claims reads the token as a JWT, without verifying it. All ServiceAccount tokens of
// Kubernetes are JWTs. The error does not show the token.
func (t Token) Claims() (Claims, error) {
	parts := strings.Split(string(t), ".")
	if len(parts) != 3 {
		return Claims{}, errors.New("not a JWT, or a truncated one: it has not three parts")
	}
	for _, part := range parts {
		if part == "" {
			return Claims{}, errors.New("not a JWT, or a truncated one: a part is empty")
		}
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return Claims{}, errors.New("not a JWT, or a truncated one: the payload is not base64url")
	}
	var raw struct {
		Issuer     string    `json:"iss"`
		Subject    string    `json:"sub"`
		Audiences  audiences `json:"aud"`
		IssuedAt   *seconds  `json:"iat"`
		NotBefore  *seconds  `json:"nbf"`
		Expires    *seconds  `json:"exp"`
		LegacyUID  types.UID `json:"kubernetes.io/serviceaccount/service-account.uid"`
		Kubernetes struct {
			ServiceAccount struct {
				UID types.UID `json:"uid"`
			} `json:"serviceaccount"`
		} `json:"kubernetes.io"`
	}
	if err := json.Unmarshal(payload, &raw); err != nil {
		return Claims{}, errors.New("not a JWT, or a damaged one: the payload is not a JSON object with the registered claims")
	}
	return Claims{
		Issuer:     raw.Issuer,
		Subject:    raw.Subject,
		AccountUID: cmp.Or(raw.Kubernetes.ServiceAccount.UID, raw.LegacyUID),
		Audiences:  raw.Audiences,
		IssuedAt:   raw.IssuedAt.time(),
		NotBefore:  raw.NotBefore.time(),
		Expires:    ExpiryAt(raw.Expires.time()),
	}, nil
}

// audiences is one string or several (RFC 7519, section 4.1.3).
type audiences []string

func (a *audiences) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*a = audiences{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(a))
}

// seconds is a NumericDate (RFC 7519, section 2). An absent claim is a nil pointer,
// so that an expiry at second 0 is one.
type seconds float64

func (s *seconds) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, (*float64)(s)); err != nil {
		return err
	}
	if math.Abs(float64(*s)) > 253402300799 { // the end of the year 9999
		return errors.New("out of range")
	}
	return nil
}

func (s *seconds) time() time.Time {
	if s == nil {
		return time.Time{}
	}
	whole, fraction := math.Modf(float64(*s))
	return time.Unix(int64(whole), int64(fraction*1e9)).UTC()
}
