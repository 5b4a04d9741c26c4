# A delivery pipeline, begun by cfnpipe init: every push is tested, built and put on hosts behind a load balancer.
# A # with a space behind it begins a comment. One without is a setting to switch on: take the # away.
# Every block and attribute: schema/REFERENCE.md in the repository of cfnpipe.

# The AWS region of everything.
region = "us-east-1"

# An AWS account, by its id in quotes. Other blocks call it account.main.
account "main" {
  id = "123456789012"

  # The network that the service runs in, with one load balancer in front. Without a certificate it speaks plain HTTP.
  network {
    #certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
    #nat_gateways    = "one_per_zone" # survives the loss of a zone, and costs more than one
    #allowed_cidrs   = ["203.0.113.0/24"] # who may reach the load balancer
  }
}

# An account of its own for production; addresses of two networks may not overlap. Its stage is at the end of the pipeline.
#account "production" {
#  id = "987654321098"
#
#  network {
#    cidr = "10.1.0.0/16"
#  }
#}

# The pipeline: its stages run in this order.
pipeline "hello" {
  account = account.main

  # A push to this branch of a CodeCommit repository starts it. The repository is there already, in the pipeline's account.
  source "codecommit" {
    repository = "hello"
    branch     = "main"
    #create_repository = true # it is made with the pipeline instead, and deleted with it
  }

  # Runs the tests, builds the Dockerfile of the source and keeps the image.
  stage "build" {
    build "image" {
      #runtime      = { nodejs = 22 } # or python, golang, java
      #test         = ["npm ci", "npm test"]
      #test_reports = "reports/*.xml" # JUnit XML
    }
  }

  # Puts the image on the hosts, one after another, so that the service stays up.
  stage "live" {
    # Waits until somebody agrees.
    #approval {
    #  message = "Put this version in front of customers?"
    #}

    deploy "ec2" {
      account       = account.main
      instance_type = "t3.small"
      capacity      = { min = 2, max = 4 }
      port          = 8080 # where the container listens
      health_check  = "/"  # a path that answers when all is well

      #environment = { LOG_LEVEL = "info" }
      #secrets     = { DATABASE_URL = "hello/database-url" } # names in Secrets Manager, never values
    }
  }

  # The same image in the account for production.
  #stage "production" {
  #  approval {
  #    message = "Does the other account look right?"
  #  }
  #
  #  deploy "ec2" {
  #    account  = account.production
  #    capacity = { min = 3, max = 9 }
  #  }
  #}

  # Who hears by e-mail what the pipeline does. Each address confirms once, by a link.
  #notifications {
  #  emails = ["team@example.com"]
  #  on     = ["failed", "approval_needed"]
  #}
}
