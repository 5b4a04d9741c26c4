package expand

import (
	"github.com/cfnpipe/cfnpipe/compiler/internal/aws"
	"github.com/cfnpipe/cfnpipe/compiler/internal/plan"
)

// tlsPolicy is the listener's security policy: TLS 1.2 and 1.3.
const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06"

// loadBalancer expands the load balancer that the account's services share. It
// answers 404 to what no service has claimed.
func (e *environment) loadBalancer() {
	https := e.network.CertificateARN.IsSet()
	e.balancerGroup = e.balancerSecurityGroup(https)
	logs := e.accessLogs()

	e.balancer = e.add("LoadBalancer", "The public address of this environment's services.", aws.LoadBalancer{
		Name: e.suffixed(shortName(e.labels[0], "alb")), Type: "application", Scheme: "internet-facing", IpAddressType: "ipv4",
		Subnets:        e.public,
		SecurityGroups: []plan.Value{attr(e.balancerGroup, "GroupId")},
		LoadBalancerAttributes: []aws.LoadBalancerAttribute{
			{Key: "access_logs.s3.enabled", Value: plan.String("true")},
			{Key: "access_logs.s3.bucket", Value: ref(logs.bucket)},
			{Key: "deletion_protection.enabled", Value: plan.String("false")},
			{Key: "routing.http.drop_invalid_header_fields.enabled", Value: plan.String("true")},
			{Key: "routing.http.desync_mitigation_mode", Value: plan.String("defensive")},
		},
	})
	// It writes a test object into the bucket while it is made, and its addresses hold the internet gateway.
	e.balancer.After(logs.policy).After(e.wayIn...)

	claimed := []aws.ListenerAction{{
		Type:                "fixed-response",
		FixedResponseConfig: &aws.FixedResponseConfig{StatusCode: "404", ContentType: "text/plain", MessageBody: "Not found"},
	}}
	if !https {
		e.listener = e.add("Listener", "Takes requests over plain HTTP: there is no certificate.",
			aws.Listener{LoadBalancerArn: ref(e.balancer), Port: 80, Protocol: "HTTP", DefaultActions: claimed})
	} else {
		redirect := e.of(e.network.CertificateARN.Range).add("RedirectListener", "Sends plain HTTP to HTTPS.", aws.Listener{
			LoadBalancerArn: ref(e.balancer), Port: 80, Protocol: "HTTP",
			DefaultActions: []aws.ListenerAction{{
				Type:           "redirect",
				RedirectConfig: &aws.RedirectConfig{Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301"},
			}},
		})
		e.listener = e.add("Listener", "Takes requests over TLS 1.2 or later.", aws.Listener{
			LoadBalancerArn: ref(e.balancer), Port: 443, Protocol: "HTTPS", SslPolicy: tlsPolicy,
			Certificates:   []aws.Certificate{{CertificateArn: e.text(e.network.CertificateARN)}},
			DefaultActions: claimed,
		})
		// When a certificate is added, the listener leaves port 80 first.
		redirect.After(e.listener)
	}
	// Exported in any case: this stack stays the same when the first canary comes, or the last one goes.
	e.output("LoadBalancerAddress", "Where the services of "+e.labels[0]+" answer; point a DNS record at it.",
		attr(e.balancer, "DNSName")).Exported = true
}

// address is that of the load balancer by its own name, which no certificate is for.
func (e *environment) address() plan.Value {
	scheme := "http://"
	if e.network.CertificateARN.IsSet() {
		scheme = "https://"
	}
	return plan.Text(from(plan.String(scheme), e.network.CertificateARN.Range), attr(e.balancer, "DNSName"))
}

// balancerSecurityGroup lets the world in and nothing out: each service adds the way to its own hosts.
func (e *environment) balancerSecurityGroup(https bool) *plan.Resource {
	ports := map[bool][]int{false: {80}, true: {80, 443}}[https]
	var ingress []aws.EC2SecurityRule
	for _, port := range ports {
		for _, cidr := range e.texts(e.network.AllowedCIDRs) {
			ingress = append(ingress, aws.EC2SecurityRule{
				Description: "Requests from clients", IpProtocol: "tcp", FromPort: port, ToPort: port, CidrIp: cidr,
			})
		}
	}
	return e.add("LoadBalancerSecurityGroup", "Who may reach the load balancer, and whom it may reach.", aws.EC2SecurityGroup{
		GroupDescription: "Load balancer", VpcId: e.vpc,
		SecurityGroupIngress: ingress, SecurityGroupEgress: noEgress(), Tags: e.tags("alb"),
	})
}

// accessLogs is the bucket that the load balancer logs to. S3's own key is the
// only encryption that load balancers can write with (Elastic Load Balancing
// guide, "Enable access logs").
func (e *environment) accessLogs() *bucket {
	b := e.bucket("AccessLogs", "access-logs", "Access logs of the load balancer.", aws.S3Bucket{
		BucketEncryption: defaultEncryption(aws.S3EncryptionDefault{SSEAlgorithm: plan.String("AES256")}, nil),
		LifecycleConfiguration: aws.S3Lifecycle{Rules: []aws.S3LifecycleRule{{
			Id: "expire", Status: "Enabled", ExpirationInDays: numberOf(e.network.AccessLogExpireAfter),
			NoncurrentVersionExpiration:    aws.S3NoncurrentExpiration{NoncurrentDays: plan.Int(1)},
			AbortIncompleteMultipartUpload: aws.S3AbortUpload{DaysAfterInitiation: 1},
		}}},
	})
	b.statements = append(b.statements, aws.Statement{
		Sid:       "LoadBalancerWrites",
		Principal: &aws.Principal{Service: "logdelivery.elasticloadbalancing.amazonaws.com"},
		Actions:   []string{"s3:PutObject"},
		Resources: []plan.Value{plan.Text(attr(b.bucket, "Arn"), "/AWSLogs/", plan.AccountID, "/*")},
	})
	return b
}
