# One repository, three services, and a pipeline for each. A push starts the
# pipelines whose paths it touches; what a change would start is found out with
#
#   git diff --name-only --no-renames origin/main | cfnpipe trigger --changed - examples/monorepo
#
# The repository, as it is laid out:
#
#   go.mod, go.sum          the one module that api and worker are built from
#   libraries/              packages that both of them use
#   services/api/           Dockerfile, code, tests and documents of a service
#   services/worker/
#   services/web/           a service in TypeScript, with a package.json of its own
#   docs/                   starts nothing

account "tools" {
  id = "111111111111"
}

account "platform" {
  id = "123456789012"

  network {
    cidr            = "10.40.0.0/16"
    certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/3a1c5e07-9b52-4f0e-8a44-2f6d1b7c9e30"
  }
}

pipeline "api" {
  account = account.tools

  source "codecommit" {
    repository = "platform" # exists already: no pipeline owns what all of them share

    paths {
      include = ["services/api/**", "libraries/**", "go.mod", "go.sum"]
      exclude = ["**/*.md"]
    }
  }

  stage "build" {
    build "image" {
      runtime      = { golang = "1.26" }
      dockerfile   = "services/api/Dockerfile" # the whole repository is what docker sees
      test         = ["go run gotest.tools/gotestsum --junitfile reports/api.xml ./services/api/... ./libraries/..."]
      test_reports = "reports/*.xml"
    }
  }

  stage "live" {
    approval {
      message = "Release the api?"
    }

    deploy "ec2" {
      account      = account.platform
      health_check = "/healthz"
      environment  = { LOG_LEVEL = "info" }
      secrets      = { DATABASE_URL = "platform/api/database-url" }

      route {
        hosts = ["platform.example.com"]
        paths = ["/api/*"]
      }
    }
  }

  notifications {
    emails = ["team@example.com"]
  }
}

pipeline "worker" {
  account = account.tools

  source "codecommit" {
    repository = "platform"

    paths {
      include = ["services/worker/**", "libraries/**", "go.mod", "go.sum"]
      exclude = ["**/*.md"]
    }
  }

  stage "build" {
    build "image" {
      runtime    = { golang = "1.26" }
      dockerfile = "services/worker/Dockerfile"
      test       = ["go test ./services/worker/... ./libraries/..."]
    }
  }

  stage "live" {
    deploy "ec2" {
      account      = account.platform
      capacity     = { min = 2, max = 3 }
      health_check = "/healthz"
      secrets      = { DATABASE_URL = "platform/worker/database-url" }

      route {
        hosts = ["worker.platform.example.com"]
      }
    }
  }
}

pipeline "web" {
  account = account.tools

  source "codecommit" {
    repository = "platform"

    paths {
      include = ["services/web/**"]
      exclude = ["services/web/**/*.md", "services/web/stories/**"]
    }
  }

  stage "build" {
    build "image" {
      runtime    = { nodejs = 22 }
      dockerfile = "services/web/Dockerfile"
      test       = ["npm --prefix services/web ci", "npm --prefix services/web test"]
    }
  }

  stage "live" {
    deploy "ec2" {
      account      = account.platform
      port         = 3000
      health_check = "/healthz"

      route {
        hosts = ["platform.example.com"]
      }
    }
  }
}
