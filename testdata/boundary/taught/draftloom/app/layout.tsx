import { ClerkProvider, OrganizationSwitcher, UserButton } from "@clerk/nextjs";

export default function Layout({ children }: { children: React.ReactNode }) {
  return (
    <ClerkProvider>
      <html lang="en">
        <body>
          <header><OrganizationSwitcher hidePersonal /><UserButton /></header>
          {children}
        </body>
      </html>
    </ClerkProvider>
  );
}
