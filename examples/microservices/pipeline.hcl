# Services that are alike, delivered by one pipeline block. With the two below
# the system still fits into one template; thirty.vars.hcl has thirty, and then
# each stack is a template of its own:
#
#   cfnpipe compile --var-file examples/microservices/thirty.vars.hcl -o out/ examples/microservices

variable "services" {
  description = "The services by their names, which are those of their repositories and of their hosts."

  type = map(object({
    port         = optional(number, 8080)
    health_check = optional(string, "/health")
    capacity     = optional(object({ min = number, max = number }), { min = 2, max = 4 })
    secrets      = optional(map(string), {})
  }))

  default = {
    cart    = { secrets = { DATABASE_URL = "cart/database-url" } }
    catalog = { port = 3000, capacity = { min = 3, max = 9 } }
  }

  validation {
    condition     = alltrue([for name in keys(var.services) : length(name) <= 12])
    error_message = "A service's name has at most 12 characters, so that its host's name stays short."
  }
}

locals {
  domains = {
    staging    = "staging.example.com"
    production = "example.com"
  }
}

account "tools" {
  id = "111111111111"

  # One store for all pipelines; each reads and writes its own folder only.
  artifacts {
    expire_after_days = 14
  }
}

account "staging" {
  id = "123456789012"

  network {
    cidr            = "10.10.0.0/16"
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/5a0ab5a8-1d9e-4f0c-8c38-1f7c0d0f2a11"
  }
}

account "production" {
  id = "987654321098"

  network {
    cidr            = "10.20.0.0/16"
    nat_gateways    = "one_per_zone"
    certificate_arn = "arn:aws:acm:us-east-1:987654321098:certificate/0c7f2f5e-6a43-4a57-9a10-3c1b1b0d4e22"
  }
}

pipeline "service" {
  for_each = var.services
  account  = account.tools

  source "codecommit" {
    repository = each.key
  }

  stage "build" {
    on_failure = "retry"

    build "image" {}
  }

  stage "staging" {
    deploy "ec2" {
      account      = account.staging
      port         = each.value.port
      health_check = each.value.health_check
      environment  = { STAGE = "staging" }

      route {
        hosts = ["${each.key}.${local.domains.staging}"]
      }
    }
  }

  stage "release" {
    approval {
      message = "Staging looks right?"
      url     = "https://${each.key}.${local.domains.staging}"
    }
  }

  stage "production" {
    on_failure = "rollback"

    deploy "ec2" {
      account      = account.production
      port         = each.value.port
      health_check = each.value.health_check
      capacity     = each.value.capacity
      environment  = { STAGE = "production" }
      secrets      = each.value.secrets

      route {
        hosts = ["${each.key}.${local.domains.production}"]
      }
    }
  }

  notifications {
    emails = ["team@example.com"]
    on     = ["failed", "approval_needed"]
  }
}
