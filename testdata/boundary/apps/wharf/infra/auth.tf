resource "aws_cognito_user_pool" "brokers" {
  name              = "wharf-brokers"
  mfa_configuration = "OPTIONAL"
  software_token_mfa_configuration { enabled = true }
}

resource "aws_cognito_user_pool_client" "web" {
  name            = "web"
  user_pool_id    = aws_cognito_user_pool.brokers.id
  generate_secret = false
}

resource "aws_iam_role" "account_keeper" {
  name               = "wharf-account-keeper"
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

resource "aws_iam_role_policy" "account_keeper" {
  role = aws_iam_role.account_keeper.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["cognito-idp:AdminDisableUser"], Resource = aws_cognito_user_pool.brokers.arn }]
  })
}
