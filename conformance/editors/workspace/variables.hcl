variable "branch" {
  type    = string
  default = "main"
}

locals {
  service = "shop"
}
