// Package harness is what the end-to-end tests share: a control plane, the servers
// that tenants bring to it, tenants under test, and a report of what became of
// every case. It has no state of its own: everything hangs on an [Env].
//
// A test package has two functions. What the tests need they get by way of a
// [Case]:
//
//	func TestMain(m *testing.M) { harness.Main(m) }
//
//	func TestRecipe(t *testing.T) {
//		env := harness.Start(t)
//		env.Run(t, "one tenant", func(c *harness.Case) {
//			team := c.Team(tenant.Spec{Name: "dev-team"}, nil)
//			team.WaitReady(c)
//		})
//	}
//
// A case is setup, attack, effect and cleanup, as far as it has them.
package harness
