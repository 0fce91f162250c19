package flux

import (
	"slices"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

var (
	crdsPolicies      = []helmv2.CRDsPolicy{helmv2.Skip, helmv2.Create, helmv2.CreateReplace}
	serverSideApply   = []helmv2.ServerSideApplyMode{helmv2.ServerSideApplyEnabled, helmv2.ServerSideApplyDisabled, helmv2.ServerSideApplyAuto}
	nameChange        = []helmv2.ChartNameChangeStrategy{helmv2.ChartNameChangeStrategyInPlaceUpdate, helmv2.ChartNameChangeStrategyReinstall}
	remediations      = []helmv2.RemediationStrategy{helmv2.RollbackRemediationStrategy, helmv2.UninstallRemediationStrategy}
	deletePropagation = []string{"background", "foreground", "orphan"}
)

func validateActions(path *field.Path, release *helmv2.HelmReleaseSpec) field.ErrorList {
	return slices.Concat(
		validateInstall(path.Child("install"), release.Install),
		validateUpgrade(path.Child("upgrade"), release.Upgrade),
		validateRollback(path.Child("rollback"), release.Rollback),
		validateUninstall(path.Child("uninstall"), release.Uninstall),
		validateHelmTest(path.Child("test"), release.Test),
	)
}

func validateInstall(path *field.Path, install *helmv2.Install) field.ErrorList {
	if install == nil {
		return nil
	}
	errs := validate.OptionalDuration(path.Child("timeout"), install.Timeout)
	errs = append(errs, validate.Enum(path.Child("crds"), install.CRDs, crdsPolicies...)...)
	if strategy := install.Strategy; strategy != nil {
		errs = append(errs, validateStrategy(path.Child("strategy"), helmv2.UpgradeStrategy(*strategy))...)
	}
	return errs
}

func validateUpgrade(path *field.Path, upgrade *helmv2.Upgrade) field.ErrorList {
	if upgrade == nil {
		return nil
	}
	errs := validate.OptionalDuration(path.Child("timeout"), upgrade.Timeout)
	errs = append(errs, validate.Enum(path.Child("crds"), upgrade.CRDs, crdsPolicies...)...)
	errs = append(errs, validate.Enum(path.Child("serverSideApply"), upgrade.ServerSideApply, serverSideApply...)...)
	errs = append(errs, validate.Enum(path.Child("chartNameChangeStrategy"), upgrade.ChartNameChangeStrategy, nameChange...)...)
	if strategy := upgrade.Strategy; strategy != nil {
		errs = append(errs, validateStrategy(path.Child("strategy"), *strategy)...)
	}
	if remediation := upgrade.Remediation; remediation != nil && remediation.Strategy != nil {
		errs = append(errs, validate.RequiredEnum(path.Child("remediation", "strategy"), *remediation.Strategy, remediations...)...)
	}
	return errs
}

func validateStrategy(path *field.Path, strategy helmv2.UpgradeStrategy) field.ErrorList {
	retry, remediate := string(helmv2.ActionStrategyRetryOnFailure), string(helmv2.ActionStrategyRemediateOnFailure)
	errs := validate.RequiredEnum(path.Child("name"), strategy.Name, remediate, retry)
	errs = append(errs, validate.OptionalDuration(path.Child("retryInterval"), strategy.RetryInterval)...)
	if strategy.RetryInterval != nil && strategy.Name != retry {
		errs = append(errs, field.Forbidden(path.Child("retryInterval"), "may be set only when name is "+retry))
	}
	return errs
}

func validateRollback(path *field.Path, rollback *helmv2.Rollback) field.ErrorList {
	if rollback == nil {
		return nil
	}
	errs := validate.OptionalDuration(path.Child("timeout"), rollback.Timeout)
	return append(errs, validate.Enum(path.Child("serverSideApply"), rollback.ServerSideApply, serverSideApply...)...)
}

func validateUninstall(path *field.Path, uninstall *helmv2.Uninstall) field.ErrorList {
	if uninstall == nil {
		return nil
	}
	errs := validate.OptionalDuration(path.Child("timeout"), uninstall.Timeout)
	if propagation := uninstall.DeletionPropagation; propagation != nil {
		errs = append(errs, validate.RequiredEnum(path.Child("deletionPropagation"), *propagation, deletePropagation...)...)
	}
	return errs
}

func validateHelmTest(path *field.Path, test *helmv2.Test) field.ErrorList {
	if test == nil {
		return nil
	}
	errs := validate.OptionalDuration(path.Child("timeout"), test.Timeout)
	for i, filter := range test.GetFilters() {
		at := path.Child("filters").Index(i).Child("name")
		errs = append(errs, validate.Required(at, filter.Name)...)
		errs = append(errs, validate.MaxLength(at, filter.Name, 253)...)
	}
	return errs
}
