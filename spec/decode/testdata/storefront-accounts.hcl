account "tools" {
  id = "111111111111"
}

account "staging" {
  id = "123456789012"

  network {
    cidr               = "10.10.0.0/16"
    availability_zones = 2
  }
}

account "production" {
  id = "987654321098"

  network {
    cidr               = "10.20.0.0/16"
    availability_zones = 3
    nat_gateways       = "one_per_zone"
  }
}

