// Package harness is shared by the end-to-end tests: a control plane, the servers
// that tenants bring, tenants under test, and a report of every case. It has no
// global state: everything belongs to an [Env].
//
// A test package has two functions. The tests get what they need from a [Case]:
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
// A case consists of setup, attack, effect and cleanup; each is optional.
package harness
