// Package expressions checks the CEL expressions of Flux's kinds. It compiles them as
// Flux's controllers do, with the variables and the type of result of each field, so
// that it accepts what they accept. With an expression that they reject an object
// never becomes ready, or a Provider or Receiver fails for each event.
//
//	field                                                         variables             result
//	Kustomization, HelmRelease  healthCheckExprs[].current,
//	                            .inProgress, .failed              any, only parsed      any
//	Kustomization, HelmRelease  dependsOn[].readyExpr             self, dep             bool
//	Provider                    commitStatusExpr                  event, alert,
//	                                                              provider              string
//	Receiver                    resourceFilter,
//	                            resources[].filter                res, req, and claims
//	                                                              with generic-oidc     bool
//	Receiver                    oidcProviders[].variables[]
//	                            .expression                       claims, vars          any
//	Receiver                    oidcProviders[].validations[]
//	                            .expression                       claims, vars          bool
//
// Upstream: NewExpression of github.com/fluxcd/pkg/runtime/cel. The tests in
// internal/upstream, a separate module, compare the verdicts.
//
// A CEL compiler is heavy, so package flux does not import this one.
package expressions
