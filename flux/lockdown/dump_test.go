package lockdown_test
import ("testing";"fmt";"os")
func TestDump(t *testing.T){ if os.Getenv("DUMP")=="" {t.Skip()}
 o:=build(t,components(t),everything,nil)
 for _,n:=range []string{"kustomize-controller","source-controller","kustomize-controller-shard2"} { d:=deployment(t,o,n); fmt.Print(string(marshal(t,d.Spec.Template.Spec.Containers[0].Env)), string(marshal(t,d.Spec.Template.Spec.Containers[0].Args))) }
 for _,x:=range mustBuild(t,everything).Objects { fmt.Print("---\n",string(marshal(t,x))) }
 fmt.Print(string(marshal(t,mustBuild(t,everything).Kustomization)))
}
