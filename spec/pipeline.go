package spec

import "github.com/hashicorp/hcl/v2"

// Pipeline is a `pipeline` block.
type Pipeline struct {
	Label            Text
	Account          *Account  // where the pipeline itself runs
	AccountRange     hcl.Range // where the account is named
	Source           *Source
	Artifacts        *Artifacts
	Stages           []*Stage       // in order of execution
	Notifications    *Notifications // nil when nobody is notified
	LogRetentionDays Number
	Range            hcl.Range // the block's header
}

// Source is the `source "codecommit"` block of a pipeline.
type Source struct {
	Kind             Text // "codecommit"
	Repository       Text
	CreateRepository Flag
	Branch           Text
	Paths            *Paths // nil when every push to the branch counts
	Range            hcl.Range
}

// Paths is the `paths` block of a source: which files a push has to touch. Its patterns are those of package glob.
type Paths struct {
	Include Texts
	Exclude Texts
	Range   hcl.Range
}

// Artifacts is the `artifacts` block of a pipeline, or of its account: the store that its stages pass files through.
type Artifacts struct {
	Encryption      Text // default encryption of the bucket: "AES256" or "aws:kms"
	ExpireAfterDays Number
	Range           hcl.Range
}

// Stage is a `stage` block.
type Stage struct {
	Label       Text
	BeforeEntry *BeforeEntry // nil when nothing has to hold
	Actions     []Action     // in order of execution, those of parallel blocks among them
	Parallels   []*Parallel
	OnFailure   Text // empty, OnFailureRollback or OnFailureRetry
	RetryMode   Text // RetryFailedActions or RetryAllActions
	Range       hcl.Range
}

// What a stage does when it fails, and what a retry runs.
const (
	OnFailureRollback  = "rollback"
	OnFailureRetry     = "retry"
	RetryFailedActions = "failed_actions"
	RetryAllActions    = "all_actions"
)

// Action is one of *Build, *Approval, *Deploy, *Canary.
type Action interface{ action() }

// Approval is an `approval` block: somebody has to agree before the next action starts.
type Approval struct {
	Message        Deferred
	URL            Deferred // what to look at before agreeing; may be empty
	TimeoutMinutes Number   // 0: CodePipeline's own
	Range          hcl.Range
}

// Notifications is the `notifications` block of a pipeline.
type Notifications struct {
	Emails DeferredList
	On     Texts // started, succeeded, failed, canceled, superseded, approval_needed
	Range  hcl.Range
}

func (*Build) action()    {}
func (*Approval) action() {}
func (*Deploy) action()   {}
func (*Canary) action()   {}

// Builds returns the pipeline's build actions in order of execution.
func (p *Pipeline) Builds() []*Build { return actions[*Build](p) }

// Deploys returns the pipeline's deploy actions in order of execution.
func (p *Pipeline) Deploys() []*Deploy { return actions[*Deploy](p) }

// Canaries returns the pipeline's canary actions in order of execution.
func (p *Pipeline) Canaries() []*Canary { return actions[*Canary](p) }

// Approvals returns the pipeline's approval actions in order of execution.
func (p *Pipeline) Approvals() []*Approval { return actions[*Approval](p) }

func actions[T Action](p *Pipeline) []T {
	var out []T
	for _, stage := range p.Stages {
		for _, action := range stage.Actions {
			if a, ok := action.(T); ok {
				out = append(out, a)
			}
		}
	}
	return out
}
