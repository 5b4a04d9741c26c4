# Thirty services: 93 stacks in three accounts.
services = {
  accounts  = {}
  billing   = {}
  cart      = { secrets = { DATABASE_URL = "cart/database-url" } }
  catalog   = { port = 3000, capacity = { min = 3, max = 9 } }
  checkout  = {}
  coupons   = {}
  delivery  = {}
  emails    = {}
  fraud     = {}
  gateway   = { port = 3000, capacity = { min = 4, max = 12 } }
  gifts     = {}
  identity  = {}
  inventory = {}
  invoices  = {}
  loyalty   = {}
  media     = {}
  orders    = {}
  payments  = { secrets = { DATABASE_URL = "payments/database-url" } }
  pricing   = {}
  products  = {}
  profiles  = {}
  ratings   = {}
  refunds   = {}
  reports   = {}
  returns   = {}
  search    = { health_check = "/ready" }
  shipping  = {}
  stock     = {}
  taxes     = {}
  wishlist  = {}
}
